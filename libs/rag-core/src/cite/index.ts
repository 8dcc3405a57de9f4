export { assessAnswerability, isOutOfReach, type Answerability, type AnswerEvidence } from './answerability.js';
export { attachCitation, type Attachment } from './attach-citation.js';
export { citesAbsentPlace } from './cited-places.js';
export { extractSentences, quoteOf } from './extract.js';
export { SentenceStream, type AnswerSentence } from './sentence-stream.js';
