import { open } from "./endpoint.js";

/** What a worker asks is of its key's own environment, and there the key may do everything. */
export const OPEN_TO_WORKERS = open("a worker holds the key of the environment whose runs it executes");
