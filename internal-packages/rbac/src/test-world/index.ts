export { inHours, silent, type World, createTestSecrets, createWorld } from "./world.js";
