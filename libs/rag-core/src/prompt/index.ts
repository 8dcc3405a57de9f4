export { buildPrompt, harmless, type PromptInput } from './build-prompt.js';
export { scoreSentences, selectPassages, sentencesOf, type Passage, type PromptSource, type SelectOptions, type SourceSentence } from './passages.js';
