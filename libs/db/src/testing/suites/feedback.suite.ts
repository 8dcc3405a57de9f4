import { describe, expect, it } from 'vitest';
import type { Feedback } from '@kontor/contracts';
import { newId } from '@kontor/kernel';
import * as conversations from '../../repositories/conversations.js';
import * as feedback from '../../repositories/feedback.js';
import * as outbox from '../../repositories/outbox.js';
import { exchange } from '../exchange.js';
import { scopeOf } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

const HELPFUL: Feedback = { verdict: 'helpful', reason: null, remark: null, withQuestion: false };
const WRONG: Feedback = { verdict: 'unhelpful', reason: 'wrong', remark: 'It is 28.', withQuestion: true };

/** An answer that has ended, and what is done with what is said of it. */
async function judged(fresh: FreshDatabase) {
  const { database } = fresh;
  const made = await exchange(fresh);
  const { tenant, reader, answerId, answer, read } = made;
  await database.person(reader, (tx) => conversations.finishAnswer(tx, answerId, answer));
  return {
    ...made,
    give: (given: Feedback, scope = reader, id = answerId) => database.person(scope, (tx) => feedback.giveFeedback(tx, id, given)),
    takeBack: (scope = reader) => database.person(scope, (tx) => feedback.takeBackFeedback(tx, answerId)),
    shown: async () => (await read())[1]!.feedback,
    listed: () => database.worker(tenant, (tx) => feedback.listFeedback(tx, 9)),
    announced: async () => (await database.worker(tenant, (tx) => outbox.waitingEvents(tx, 9))).filter(({ type }) => type === 'feedback.given'),
  };
}

export function describeFeedback(context: () => FreshDatabase): void {
  describe('feedback', () => {
    it('shows to its giver what was given last, and announces each change once with what it came in place of, and no words', async () => {
      const { give, takeBack, shown, announced, conversation, answerId, read } = await judged(context());
      expect(await shown()).toBeNull();
      for (const given of [HELPFUL, HELPFUL, WRONG]) expect(await give(given)).toBe(true);
      expect(await shown()).toEqual(WRONG);
      expect([await takeBack(), await takeBack()]).toEqual([true, false]);
      expect(await shown()).toBeNull();
      const events = await announced();
      const { createdAt } = (await read())[1]!;
      expect(events.map(({ payload }) => payload)).toEqual([
        { messageId: answerId, verdict: 'helpful', before: null, reason: null, askedAt: createdAt },
        { messageId: answerId, verdict: 'unhelpful', before: 'helpful', reason: 'wrong', askedAt: createdAt },
        { messageId: answerId, verdict: null, before: 'unhelpful', reason: null, askedAt: createdAt },
      ]);
      expect(new Set(events.map(({ aggregate }) => aggregate))).toEqual(new Set([conversation.id]));
    });

    it('tells administrators what was said and of which documents, nobody\'s name, and the question only where it was sent along', async () => {
      const { give, listed, answerId } = await judged(context());
      await give({ ...WRONG, withQuestion: false });
      const [entry] = await listed();
      expect(entry).toMatchObject({ answerId, verdict: 'unhelpful', reason: 'wrong', remark: 'It is 28.', question: null, status: 'answered', model: 'qwen', claims: 1, supported: 1, documents: [{ corpus: 'handbook', path: 'leave.md' }] });
      expect(Object.keys(entry!)).not.toContain('person');
      await give(WRONG);
      expect(await listed()).toMatchObject([{ question: 'How many days?' }]);
      await give(HELPFUL);
      expect(await listed()).toMatchObject([{ verdict: 'helpful', reason: null, remark: null, question: null }]);
    });

    it('is for one\'s own answers that have ended: not for a colleague\'s, a question or one that is still being written', async () => {
      const { give, takeBack, tenant, listed, read } = await judged(context());
      const colleague = scopeOf(tenant, 'v', 'g');
      expect([await give(HELPFUL, colleague), await takeBack(colleague)]).toEqual([null, null]);
      const [question] = await read();
      expect([await give(HELPFUL, undefined, question!.id), await give(HELPFUL, undefined, newId())]).toEqual([null, null]);
      expect(await listed()).toEqual([]);
      const { database } = context();
      const open = await exchange(context());
      expect(await database.person(open.reader, (tx) => feedback.giveFeedback(tx, open.answerId, HELPFUL))).toBe(false);
    });

    it('counts each verdict once where two are given at the same moment', async () => {
      const { give, shown, announced } = await judged(context());
      await Promise.all([give(HELPFUL), give(WRONG), give(HELPFUL)]);
      const standing = { helpful: 0, unhelpful: 0 };
      for (const { payload } of await announced()) {
        const { verdict, before } = payload as { verdict: keyof typeof standing; before: keyof typeof standing | null };
        standing[verdict] += 1;
        if (before) standing[before] -= 1;
      }
      const { verdict } = (await shown())!;
      expect(standing).toEqual({ helpful: 0, unhelpful: 0, [verdict]: 1 });
    });

    it('goes with its conversation', async () => {
      const { give, listed, reader, conversation } = await judged(context());
      await give(WRONG);
      await context().database.person(reader, (tx) => conversations.removeConversation(tx, conversation.id));
      expect(await listed()).toEqual([]);
    });
  });
}
