import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import Ajv from 'ajv';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);

export const chart = resolve(import.meta.dirname, '../../deploy/helm/kontor');
export const KUBERNETES = '1.34.0';

const flags = (values) => values.flatMap((value) => ['--set-json', value]);

/** Lints the chart with these values (`path=JSON`). Resolves with what Helm found wrong; empty where nothing is. */
export async function lint(helm, values) {
  return run(helm, ['lint', '--strict', '--kube-version', KUBERNETES, chart, ...flags(values)]).then(() => '', (error) => `${error.stdout}${error.stderr}`);
}

/** The objects that Helm would send to the cluster. Rejects with Helm's words where the values are refused. */
export async function render(helm, values) {
  const { stdout } = await run(helm, ['template', 'firm', chart, '--namespace', 'kontor', '--kube-version', KUBERNETES, ...flags(values)], { maxBuffer: 16_777_216 });
  return parseAllDocuments(stdout).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  }).filter(Boolean);
}

/** A function that lists what an object breaks of Kubernetes' own schema, in its strict form: unknown fields count. */
export function schemaCheck(folder) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(readSchema(folder, '_definitions'), '_definitions.json');
  const compiled = new Map();
  return (object) => {
    const name = schemaName(object);
    if (!compiled.has(name)) compiled.set(name, ajv.compile(readSchema(folder, name)));
    const validate = compiled.get(name);
    return validate(object) ? [] : validate.errors.map(({ instancePath, message, params }) => `${object.kind} ${object.metadata.name}${instancePath} ${message} ${JSON.stringify(params)}`);
  };
}

function schemaName({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return [kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-');
}

// The files name a meta-schema that says no version, which Ajv does not know.
function readSchema(folder, name) {
  const { $schema: _unknown, ...schema } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  return schema;
}
