import { DEFAULTS } from '../limits.js';
import { describeParser } from '../testing/describe-parser.js';
import { samples } from '../testing/fixtures/samples.js';
import { parseFile } from './parse-file.js';

for (const [fileName, makeSample] of Object.entries(samples)) {
  describeParser(fileName.split('.')[1]!, { fileName, makeSample, parse: (bytes, name) => parseFile({ bytes, name, limits: DEFAULTS }) });
}
