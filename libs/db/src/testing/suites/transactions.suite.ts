import { describe, expect, it } from 'vitest';
import * as corpora from '../../repositories/corpora.js';
import * as documents from '../../repositories/documents.js';
import { freshTenant, makeCorpus, makeTenant, scopeOf } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

export function describeTransactions(context: () => FreshDatabase): void {
  describe('transactions', () => {
    it('undoes everything when the work throws', async () => {
      const tenant = freshTenant();
      const { database } = context();
      const attempt = database.worker(tenant, async (tx) => {
        await makeCorpus(tx);
        throw new Error('changed my mind');
      });
      await expect(attempt).rejects.toThrow('changed my mind');
      expect(await database.worker(tenant, (tx) => corpora.findCorpus(tx, 'handbook'))).toBeNull();
    });

    it('refuses a transaction inside another one, which would wait for ever', async () => {
      const { database } = context();
      await expect(database.worker('t', () => database.worker('t', async () => 1))).rejects.toMatchObject({ code: 'store.nested_transaction' });
    });

    it('lets nobody use a transaction after its end', async () => {
      const { database } = context();
      const kept = await database.worker('t', async (tx) => tx);
      await expect(kept.query('SELECT 1')).rejects.toMatchObject({ code: 'store.transaction_ended' });
    });

    it('ends one that hangs, and works on', async () => {
      const database = context().open({ transactionMsMax: 100 });
      await expect(database.worker('t', () => new Promise(() => undefined))).rejects.toMatchObject({ code: 'store.timeout', retry: 'later' });
      expect(await database.worker('t', async () => 'on')).toBe('on');
    });

    it('gives each transaction its own role and settings', async () => {
      const { database } = context();
      await database.person(scopeOf('t', 'u'), async () => undefined);
      const settings = `SELECT current_user AS role, nullif(current_setting('app.person', true), '') AS person, nullif(current_setting('app.acl', true), '') AS acl`;
      const [row] = await database.worker('t', (tx) => tx.query(settings));
      expect(row).toEqual({ role: 'kontor_worker', person: null, acl: null });
    });

    it('keeps row contents out of its errors', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const attempt = database.worker(tenant, async (tx) => {
        await makeCorpus(tx, 'secret-name');
        await makeCorpus(tx, 'secret-name');
      });
      const error = await attempt.catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: 'store.duplicate', details: { constraint: 'corpus_tenant_name_key' } });
      expect(JSON.stringify([error, (error as Error).message, (error as Error).cause, String((error as Error).cause)])).not.toContain('secret-name');
    });

    it('stores any text without moving a character', async () => {
      const { database } = context();
      const text = 'a\u0000b\ud800c ü 𝄞 \udc00';
      const { tenant, document } = await makeTenant(database, ['g'], { chunks: [text] });
      const found = await database.person(scopeOf(tenant, 'u', 'g'), (tx) => documents.readDocument(tx, document.id));
      expect(found!.text).toBe('a\ufffdb\ufffdc ü 𝄞 \ufffd');
      expect(found!.text).toHaveLength(text.length);
    });
  });
}
