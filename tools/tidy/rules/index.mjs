import { anyBudget } from './any-budget.mjs';
import { deadExports } from './dead-exports.mjs';
import { dependencies } from './dependencies.mjs';
import { documents } from './documents.mjs';
import { fileSize, functionSize } from './size.mjs';
import { lockFile } from './lock-file.mjs';
import { projects } from './projects.mjs';
import { sqlPlace } from './sql-place.mjs';
import { words } from './words.mjs';

/** Each takes a Tree and yields findings `{ file, line, message }`; a message says what to do. */
export const rules = [fileSize, functionSize, projects, dependencies, words, sqlPlace, anyBudget, deadExports, documents, lockFile];
