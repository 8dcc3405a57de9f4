import { parse } from 'yaml';

const reference = /\$(?:\$|\{([A-Za-z_]\w*)(?:(:?[-?])([^}]*))?\})/g;

/** Every `${NAME…}` of a Compose file, with the operator that follows the name and what stands behind it. */
export function references(text) {
  return [...text.matchAll(reference)].filter(([, name]) => name).map(([, name, operator = '', rest = '']) => ({ name, operator, rest }));
}

/** The Compose file as the engine sees it: anchors merged, variables set. Throws where a required one is missing. */
export function readCompose(text, env) {
  return fill(parse(text, { merge: true }), env);
}

function fill(value, env) {
  if (typeof value === 'string') return value.replace(reference, (...match) => substitute(match, env));
  if (Array.isArray(value)) return value.map((entry) => fill(entry, env));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fill(entry, env)]));
}

function substitute([whole, name, operator, rest], env) {
  if (whole === '$$') return '$';
  if (env[name]) return env[name];
  if (operator?.endsWith('?')) throw new Error(`${name} is not set: ${rest}`);
  return rest ?? '';
}
