export { inHours, silent, type World, createWorld } from "./world.js";
