import { afterAll, beforeAll, describe } from 'vitest';
import type { FreshDatabase } from './fresh-database.js';
import { describeConversations, describeWithholding } from './suites/conversations.suite.js';
import { describeDocuments } from './suites/documents.suite.js';
import { describeEvents } from './suites/events.suite.js';
import { describeFeedback } from './suites/feedback.suite.js';
import { describeOperations } from './suites/operations.suite.js';
import { describePeople } from './suites/people.suite.js';
import { describeRetrieval } from './suites/retrieval.suite.js';
import { describeTransactions } from './suites/transactions.suite.js';

/** What every engine must do; each is opened by its own spec. */
export function describeDatabase(name: string, open: () => Promise<FreshDatabase>): void {
  describe(`database on ${name}`, () => {
    let fresh: FreshDatabase;
    beforeAll(async () => {
      fresh = await open();
    }, 120_000);
    afterAll(() => fresh.close());
    const suites = [describeTransactions, describeDocuments, describeRetrieval, describeConversations, describeWithholding, describeFeedback, describePeople, describeOperations, describeEvents];
    for (const suite of suites) suite(() => fresh);
  });
}
