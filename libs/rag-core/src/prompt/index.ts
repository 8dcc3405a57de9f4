export { buildCheck, buildPrompt, harmless, type Prompt, type PromptInput } from './build-prompt.js';
export { groupWeight, type HeldTerms } from './group-weight.js';
export { ownParagraph } from './own-paragraph.js';
export { scoreSentences, SENTENCE_TABLE, type ScoreOptions } from './score.js';
export { selectPassages, type Passage, type SelectOptions } from './passages.js';
export { sentencesOf, type PromptSource, type SourceSentence } from './sentences.js';
export { weighQuestion, type QuestionTerms } from './question-terms.js';
