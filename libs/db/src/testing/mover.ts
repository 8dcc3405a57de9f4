import { openEmbeddedSource, openPostgresSource } from '../copy/open-source.js';
import { openEmbeddedTarget, openPostgresTarget } from '../copy/open-target.js';
import { moveRows } from './copy-world.js';

// A process that a test kills in the middle of a move; says when it begins and when it is done.
const [from, to] = process.argv.slice(2) as [string, string];
const source = from.startsWith('postgres://') ? openPostgresSource({ url: from, still: true }) : await openEmbeddedSource(from);
process.send!('begun');
await moveRows(source, (migrations) => (to.startsWith('postgres://') ? openPostgresTarget({ url: to, migrations }) : openEmbeddedTarget({ directory: to, migrations })));
await source.close();
process.send!('done');
process.disconnect();
