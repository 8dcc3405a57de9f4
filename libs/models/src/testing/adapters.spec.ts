import { describeChatModel } from './describe-chat-model.js';
import { describeEmbedder } from './describe-embedder.js';
import { HashEmbedder } from './hash-embedder.js';
import { ScriptedChatModel } from './scripted-chat-model.js';

describeEmbedder('hash of words', () => new HashEmbedder());
describeChatModel('scripted', () => new ScriptedChatModel());
