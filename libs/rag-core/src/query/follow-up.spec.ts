import { describe, expect, it } from 'vitest';
import { needsHistory, searchQuestions } from './index.js';

describe('needsHistory', () => {
  it.each(['Und wie lange dauert das?', 'Wie lange?', 'Gilt das auch für Praktikanten?', 'Wer ist dafür zuständig?', 'And for contractors?', 'How long does it last?', 'What about part-time staff?'])(
    'is true of %j', (question) => expect(needsHistory(question)).toBe(true),
  );

  it.each([
    'Wann wird das Gehalt überwiesen?',
    'Wer genehmigt Sonderurlaub?',
    'Gibt es einen Zuschuss zum Mittagessen?',
    'Welche Frist gilt für die Kündigung in der Probezeit?',
    'Is it OK to forward contracts to my private mail?',
    'How long does it take to get a new laptop?',
    'Und wie lange muss ein Kassenbeleg in der Buchhaltung aufbewahrt werden?',
  ])('is false of %j', (question) => expect(needsHistory(question)).toBe(false));
});

describe('searchQuestions', () => {
  it('reads a chain of follow-ups back to the question that names the matter', () => {
    const [first] = searchQuestions('Und wer zahlt das?', ['Wo liegt die Kantine?', 'Wer genehmigt Sonderurlaub?', 'Wie lange?']);
    expect(first).toBe('Wer genehmigt Sonderurlaub? Wie lange? Und wer zahlt das?');
  });

  it('keeps the question as it stands as the second reading, and alone where it needs no other', () => {
    expect(searchQuestions('Wie lange?', ['Wer genehmigt Sonderurlaub?'])[1]).toBe('Wie lange?');
    expect(searchQuestions('Wer genehmigt Sonderurlaub?', ['Wo liegt die Kantine?'])).toEqual(['Wer genehmigt Sonderurlaub?']);
  });
});
