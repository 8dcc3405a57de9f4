import { AppError } from '@kontor/kernel';
import { parseFile } from '../parse/parse-file.js';
import { guardMemory } from './memory-guard.js';
import { refuseNetwork } from './network-guard.js';
import { READY, type ParseReply, type ParseRequest } from './protocol.js';

// Runs in a process of its own: a file that crashes its parser, or never lets it end, takes nothing else along.
guardMemory(Number(process.argv[2]));
refuseNetwork();
process.on('message', (request: ParseRequest) => void answer(request));
process.on('disconnect', () => process.exit());
// A parser's forgotten promise must not end the process while the next file is being read.
process.on('unhandledRejection', () => undefined);
process.send!(READY);

async function answer({ id, ...task }: ParseRequest): Promise<void> {
  let reply: ParseReply;
  try {
    reply = { id, ok: true, document: await parseFile(task) };
  } catch (thrown) {
    // The parent makes the message from the code, so that nothing of the document is in it.
    const { code, details } = AppError.from(thrown);
    reply = { id, ok: false, code, details: details as Record<string, number> };
  }
  process.send!(reply);
}
