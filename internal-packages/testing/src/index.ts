export { type Admin, AdminError, createAdmin } from "./admin.js";
export { type Api, type ApiAnswer, type ApiRequest, createApi, type JsonObject } from "./api.js";
export { type AppOptions, type Bootstrap, startApp, type TestApp } from "./app.js";
export { environmentWith, startAppProcess } from "./app-process.js";
export { type Browser, chromium, NO_BROWSER } from "./chromium.js";
export { repositoryRoot } from "./repository.js";
export { startEmptyDatabase, startTestDatabase, type TestDatabase } from "./test-database.js";
export { makeTempDir } from "./test-server.js";
export { freePort } from "@trigger.dev/database";
