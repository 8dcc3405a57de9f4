import { Command, InvalidArgumentError } from 'commander';
import { SEARCH_HITS_MAX, SearchResponse } from '@kontor/contracts';
import { withKontor } from '../connect.js';
import { printJson, printLine } from '../output.js';

export function searchCommand(): Command {
  return new Command('search')
    .description('Search as a person: only what that person may read is found.')
    .argument('<question>')
    .requiredOption('--as <person>', 'id of the person who asks')
    .option('--corpus <name>', 'only this corpus')
    .option('--limit <n>', 'hits to show', hitCount, SEARCH_HITS_MAX)
    .option('--json', 'print the hits as JSON')
    .action(async (question: string, options: { as: string; corpus?: string; limit: number; json?: boolean }) => {
      const body = { question, corpus: options.corpus, limit: options.limit };
      const found = await withKontor((client) => client.as(options.as).post('/api/search', body, SearchResponse));
      if (options.json) return printJson(found);
      for (const notice of found.notices) printLine(`! ${notice}`);
      found.hits.forEach((hit, index) => {
        const place = [hit.title, ...hit.headingPath].join(' › ');
        printLine(`${String(index + 1).padStart(2)}  ${hit.corpus}/${hit.path} [${hit.start}–${hit.end}]  ${hit.score.toFixed(4)}`);
        printLine(`    ${place}`);
        printLine(`    ${hit.text.replace(/\s+/g, ' ').slice(0, 160)}`);
      });
      printLine(`${found.hits.length} hits · ${found.mode} · ${Math.round(found.searchMs)} ms`);
    });
}

function hitCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > SEARCH_HITS_MAX) throw new InvalidArgumentError(`It must be a number from 1 to ${SEARCH_HITS_MAX}.`);
  return count;
}
