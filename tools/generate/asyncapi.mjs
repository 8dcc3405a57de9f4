// Writes docs/operating/events.asyncapi.yaml from the registry of events in libs/contracts. Build that first.
import { writeFile } from 'node:fs/promises';
import { renderAsyncApi } from './asyncapi/document.mjs';

await writeFile(new URL('../../docs/operating/events.asyncapi.yaml', import.meta.url), renderAsyncApi());
