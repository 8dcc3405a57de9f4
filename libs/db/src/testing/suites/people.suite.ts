import { describe, expect, it } from 'vitest';
import * as corpora from '../../repositories/corpora.js';
import * as people from '../../repositories/people.js';
import { freshTenant, makeCorpus } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

export function describePeople(context: () => FreshDatabase): void {
  describe('people and words', () => {
    it('knows a person by what the users files say now', async () => {
      const { database } = context();
      const tenant = freshTenant();
      await database.worker(tenant, async (tx) => {
        const [one, two] = [await makeCorpus(tx, 'one'), await makeCorpus(tx, 'two')];
        await people.replaceUsers(tx, one.id, { implicit_groups: ['everyone'], users: [{ id: 'ada', name: 'Ada', groups: ['hr'], administrator: true }] });
        await people.replaceUsers(tx, two.id, { implicit_groups: [], users: [{ id: 'ada', groups: ['legal'] }, { id: 'bob', groups: [] }] });
        const ada = await people.findScope(tx, 'ada');
        expect(ada!.scope.principals).toEqual(['person:ada', 'one:everyone', 'one:hr', 'two:legal', 'role:administrator']);
        expect(await people.listPeople(tx)).toEqual([{ id: 'ada', name: 'Ada', administrator: true }, { id: 'bob', name: 'bob', administrator: false }]);
        // The next file takes rights away as well as giving them.
        await people.replaceUsers(tx, one.id, { implicit_groups: [], users: [{ id: 'bob', groups: ['hr'] }] });
        expect((await people.findScope(tx, 'ada'))!.scope.principals).toEqual(['person:ada', 'two:legal']);
        expect(await people.findScope(tx, 'eve')).toBeNull();
      });
    });

    it('tells whether anybody is in a group that the rules name', async () => {
      const { database } = context();
      await database.worker(freshTenant(), async (tx) => {
        const [ruled, other] = [await makeCorpus(tx, 'ruled'), await makeCorpus(tx, 'other')];
        await people.replaceRules(tx, ruled.id, { version: 1, match: 'longest_prefix', groups: ['hr', 'legal'], prefixes: { 'pay/': ['hr', 'legal'] } });
        // A group counts only within its corpus, and one that no rule names opens nothing.
        await people.replaceUsers(tx, other.id, { implicit_groups: [], users: [{ id: 'ada', groups: ['legal'] }] });
        await people.replaceUsers(tx, ruled.id, { implicit_groups: ['everyone'], users: [{ id: 'bob', groups: [] }] });
        expect(await people.hasReaders(tx, ruled.id)).toBe(false);
        await people.replaceUsers(tx, ruled.id, { implicit_groups: [], users: [{ id: 'ada', groups: ['legal'] }] });
        expect(await people.hasReaders(tx, ruled.id)).toBe(true);
      });
    });

    it('interns an access set once, whatever the order of its principals', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const ids = await database.worker(tenant, async (tx) => [await people.internAcl(tx, ['b', 'a', 'a']), await people.internAcl(tx, ['a', 'b'])]);
      expect(ids[0]).toBe(ids[1]);
    });

    it('knows how long ago the rules of a corpus were set, and tells another tenant nothing of it', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const rules = { version: 1 as const, match: 'longest_prefix' as const, groups: ['a'], prefixes: { '': ['a'] } };
      const [ruled] = await database.worker(tenant, async (tx) => {
        const made = [await makeCorpus(tx, 'ruled'), await makeCorpus(tx, 'administrators')] as const;
        await corpora.setAccessState(tx, made[0].id, 'ruled');
        await corpora.setAccessState(tx, made[1].id, 'administrators_only');
        // As a version wrote it that did not note when rules were set.
        await tx.query(`UPDATE corpus SET created_at = now() - interval '1 hour', rules_set_at = NULL WHERE tenant = $1`, [tx.tenant]);
        return made;
      });
      const before = await database.worker(tenant, (tx) => people.ruleAges(tx));
      expect(before).toEqual([{ corpus: 'ruled', ageMs: expect.closeTo(3_600_000, -5) as number }]);
      await database.worker(tenant, (tx) => people.replaceRules(tx, ruled.id, rules));
      const [after] = await database.worker(tenant, (tx) => people.ruleAges(tx));
      expect(after!.ageMs).toBeLessThan(60_000);
      expect(await database.worker(freshTenant(), (tx) => people.ruleAges(tx))).toEqual([]);
    });

    it('keeps rules and lexicon as their files have them', async () => {
      const { database } = context();
      const tenant = freshTenant();
      await database.worker(tenant, async (tx) => {
        const corpus = await makeCorpus(tx);
        await people.replaceRules(tx, corpus.id, { version: 1, match: 'longest_prefix', groups: ['a', 'b'], prefixes: { '': ['a'], 'pay/': ['a', 'b'] } });
        expect(await people.listRules(tx, corpus.id)).toEqual([{ prefix: '', groups: ['a'] }, { prefix: 'pay/', groups: ['a', 'b'] }]);
        const lexicon = [{ term: 'AU', kind: 'abbreviation', expands: ['Arbeitsunfähigkeit', 'Krankheit'], weight: 1.5 }];
        await corpora.replaceLexicon(tx, corpus.id, lexicon);
        expect((await corpora.loadVocabulary(tx, corpus.id)).lexicon).toEqual(lexicon);
      });
    });
  });
}
