export { type Score, scoreOf } from "./score.js";
export { type LabelledError, throwCorpus, VARIANTS } from "./throw-corpus.js";
export { byPlainRegex, byRawMessage } from "./yardsticks.js";
