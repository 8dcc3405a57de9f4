import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../engine.js';
import { freshDatabase, postgresMissing, stopTestDatabases } from '../testing/index.js';
import { Random } from '../testing/random.js';
import { loadStore } from './loader.js';
import { readSnapshot } from './snapshot.js';

const ROWS = 400;
const missing = await postgresMissing();
afterAll(stopTestDatabases);

// Every type that a table of Kontor has, and those that one may get. The second table refers to the first, which is later by name.
const TABLES = `CREATE TABLE zoo (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text, moment timestamptz, tree jsonb, list text[], numbers integer[], ids uuid[], dense vector, half halfvec, sparse sparsevec(1000000000),
    bytes bytea, single real, double double precision, exact numeric, span interval, yes boolean, big bigint, doubled integer GENERATED ALWAYS AS (coalesce(cardinality(list), 0) * 2) STORED);
  CREATE TABLE animal (zoo integer NOT NULL REFERENCES zoo (id))`;

const POINTS = [[0x20, 0x7e], [0x1, 0x1f], [0xa0, 0x24f], [0x600, 0x6ff], [0x2028, 0x2029], [0x4e00, 0x4eff], [0xe000, 0xe00f], [0xfff0, 0xffff], [0x1f600, 0x1f64f]] as const;
const AWKWARD = ['', 'NULL', '{}', '{"', '\\', '\\N', "'; DROP TABLE zoo; --", '"', ',', '[null]', '\n', '\u2028', '\ufeff', 'e\u0301'];

function words(random: Random): string {
  if (random.chance(0.3)) return random.pick(AWKWARD);
  return Array.from({ length: random.integer(40) }, () => {
    const [from, to] = random.pick(POINTS);
    return String.fromCodePoint(from + random.integer(to - from + 1));
  }).join('');
}

const maybe = <T>(random: Random, value: T): T | null => (random.chance(0.1) ? null : value);
const many = <T>(random: Random, draw: () => T): T[] => Array.from({ length: random.integer(5) }, draw);
const float = (random: Random): number => Math.fround((random.next() - 0.5) * 10 ** (random.integer(60) - 30));
const small = (random: Random): number => random.pick([0, -0, 65_504, 6e-8, 1 / 3, random.next() - 0.5]);
const uuid = (random: Random): string => Array.from({ length: 32 }, () => random.integer(16).toString(16)).join('');
const instant = (random: Random): string => random.pick(['infinity', '0044-03-15 12:00:00.000001 BC', `${1900 + random.integer(400)}-06-0${1 + random.integer(9)} 23:59:59.${String(random.integer(1_000_000)).padStart(6, '0')}+0${random.integer(9)}`]);

function rowOf(random: Random): unknown[] {
  const dimensions = 1 + random.integer(16);
  const tree = { [words(random)]: words(random), n: [1e20, 0.1, null, true], nested: many(random, () => words(random)) };
  return [
    maybe(random, words(random)), maybe(random, instant(random)), maybe(random, JSON.stringify(tree)), maybe(random, many(random, () => maybe(random, words(random)))), many(random, () => random.integer(2 ** 31)),
    many(random, () => uuid(random)), `[${Array.from({ length: dimensions }, () => float(random)).join(',')}]`, `[${Array.from({ length: dimensions }, () => small(random)).join(',')}]`,
    `{${[...new Set(many(random, () => 1 + random.integer(1e9)))].sort((a, b) => a - b).map((at) => `${at}:${Math.abs(float(random)) + 1e-20}`).join(',')}}/1000000000`,
    `\\x${uuid(random)}`, random.pick([Infinity, -Infinity, float(random)]), random.next() * 10 ** random.integer(300), `${random.integer(1e9)}.${'0'.repeat(random.integer(30))}1`,
    `${random.integer(99)} months ${random.integer(99)} days ${random.next()} seconds`, maybe(random, random.chance(0.5)), `${random.integer(1e9)}${random.integer(1e9)}`.slice(0, 18),
  ];
}

async function fill(engine: Engine, random: Random): Promise<void> {
  await engine.withSession('background', async (session) => {
    for (let i = 0; i < ROWS; i += 1) {
      await session.query(
        `INSERT INTO zoo (words, moment, tree, list, numbers, ids, dense, half, sparse, bytes, single, double, exact, span, yes, big) VALUES ($1, $2::timestamptz, $3::jsonb, $4::text[], $5::integer[], $6::uuid[],
           $7::vector, $8::halfvec, $9::sparsevec, $10::bytea, $11::real, $12::double precision, $13::numeric, $14::interval, $15::boolean, $16::bigint)`, rowOf(random));
    }
    await session.script('INSERT INTO animal SELECT id FROM zoo; DELETE FROM animal WHERE zoo % 7 = 0; DELETE FROM zoo WHERE id % 7 = 0');
  });
}

async function copy(from: Engine, to: Engine) {
  return readSnapshot(from, true, (snapshot) =>
    loadStore(to, async (loader) => {
      const pairs = [];
      for (const table of snapshot.tables) {
        await loader.write(table.name, table.columns.map(({ name }) => name), snapshot.rows(table));
        pairs.push([table.name, await snapshot.sum(table), await loader.sum(table.name)] as const);
      }
      return pairs;
    }),
  );
}

const rowsOf = (engine: Engine): Promise<object[]> => engine.withSession('background', (session) => session.query('SELECT zoo::text AS row FROM zoo ORDER BY id'));

describe.skipIf(missing !== null)(`any row ${missing ?? ''}`, { timeout: 300_000 }, () => {
  it.each([['pglite', 'postgres', 11], ['postgres', 'pglite', 12]] as const)('comes from %s to %s as it was, generated columns and foreign keys too', async (from, to, seed) => {
    const [source, target] = [await freshDatabase(from), await freshDatabase(to)];
    for (const { owner } of [source, target]) await owner.withSession('background', (session) => session.script(`SET TimeZone = 'UTC'; ${TABLES}`));
    await fill(source.owner, new Random(seed));
    const pairs = await copy(source.owner, target.owner);
    expect(pairs.map(([name]) => name).indexOf('zoo')).toBeLessThan(pairs.map(([name]) => name).indexOf('animal'));
    for (const [name, before, after] of pairs) expect(after, name).toEqual(before);
    expect(pairs.find(([name]) => name === 'zoo')![1].rows).toBeGreaterThan(300);
    expect(await rowsOf(target.owner)).toEqual(await rowsOf(source.owner));
    const [next] = await target.owner.withSession('background', (session) => session.query<{ id: number }>('INSERT INTO zoo DEFAULT VALUES RETURNING id'));
    expect(next!.id).toBeGreaterThan(ROWS - 7);
    await source.close();
    await target.close();
  });
});
