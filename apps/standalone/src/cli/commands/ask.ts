import { Command } from 'commander';
import { Conversation } from '@kontor/contracts';
import { ask, type AskedAnswer } from '../ask.js';
import { withKontor } from '../connect.js';
import { printJson, printLine } from '../output.js';

export function askCommand(): Command {
  return new Command('ask')
    .description('Ask as a person and print the answer with its sources.')
    .argument('<question>')
    .requiredOption('--as <person>', 'id of the person who asks')
    .option('--corpus <name>', 'only this corpus')
    .option('--json', 'print the answer as JSON')
    .action(async (question: string, options: { as: string; corpus?: string; json?: boolean }) => {
      const answer = await withKontor(async (client) => {
        const person = client.as(options.as);
        const conversation = await person.post('/api/conversations', { corpus: options.corpus }, Conversation);
        return ask(person, conversation.id, question, (delta) => {
          if (!options.json) process.stdout.write(delta);
        });
      });
      if (options.json) printJson(answer);
      else printSources(answer);
      if (answer.status === 'failed') process.exitCode = 1;
    });
}

function printSources(answer: AskedAnswer): void {
  if (answer.replaced) printLine(`\n\n${answer.text}`);
  printLine('\n');
  const used = new Set(answer.citations.flatMap((citation) => (citation.source === null ? [] : [citation.source])));
  for (const source of answer.sources) {
    if (!used.has(source.ordinal)) continue;
    printLine(`[${source.ordinal}] ${[source.title, ...source.headingPath].join(' › ')} (${source.corpus}/${source.path})`);
    const quotes = answer.citations.filter((one) => one.source === source.ordinal).map((one) => one.quote);
    for (const quote of new Set(quotes)) printLine(`    “${quote}”`);
  }
  const { claims, supported } = answer.verification;
  printLine(`${answer.status} · ${supported} of ${claims} sentences supported · ${answer.verification.model} · first word ${Math.round(answer.firstTokenMs ?? 0)} ms`);
}
