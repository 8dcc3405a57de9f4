export { assessAnswerability, type AnswerEvidence } from './answerability.js';
export { attachCitation, type Attachment } from './attach-citation.js';
export { extractSentences } from './extract.js';
export { SentenceStream, type AnswerSentence } from './sentence-stream.js';
