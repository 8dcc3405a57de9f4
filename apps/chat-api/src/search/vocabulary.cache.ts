import { Injectable } from '@nestjs/common';
import { corpora, type Corpus, type PersonTx } from '@kontor/db';
import { buildVocabulary, type LexiconEntry, type Vocabulary } from '@kontor/rag-core';

export interface CorpusWords {
  vocabulary: Vocabulary;
  lexicon: readonly LexiconEntry[];
}

const CORPORA_KEPT_MAX = 16;
/** Reading this long is not repeated with each document of an import, but after so many times as long; a shorter one is. */
const READ_MS_MAX = 50;
const KEPT_PER_READ = 20;

/** The words of each corpus, kept until its text or its lexicon changes; those of a very large one some seconds longer. */
@Injectable()
export class VocabularyCache {
  private readonly kept = new Map<string, { revision: number; words: CorpusWords; untilMs: number }>();

  async wordsOf(tx: PersonTx, corpus: Corpus): Promise<CorpusWords> {
    const key = `${tx.scope.tenant}/${corpus.id}`;
    const found = this.kept.get(key);
    const startedMs = performance.now();
    if (found && (found.revision === corpus.revision || startedMs < found.untilMs)) return found.words;
    const rows = await corpora.loadVocabulary(tx, corpus.id);
    const words = { vocabulary: buildVocabulary(rows.terms.map((row) => [row.term, row.chunks] as const), rows.chunks), lexicon: rows.lexicon };
    this.kept.delete(key);
    const tookMs = performance.now() - startedMs;
    const untilMs = tookMs < READ_MS_MAX ? 0 : startedMs + tookMs * KEPT_PER_READ;
    this.kept.set(key, { revision: corpus.revision, words, untilMs });
    if (this.kept.size > CORPORA_KEPT_MAX) this.kept.delete(this.kept.keys().next().value!);
    return words;
  }
}

