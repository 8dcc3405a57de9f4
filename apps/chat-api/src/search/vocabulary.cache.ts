import { Injectable } from '@nestjs/common';
import { corpora, type Corpus, type PersonTx } from '@kontor/db';
import { buildVocabulary, type LexiconEntry, type Vocabulary } from '@kontor/rag-core';

export interface CorpusWords {
  vocabulary: Vocabulary;
  lexicon: readonly LexiconEntry[];
}

const CORPORA_KEPT_MAX = 16;

/** The words of each corpus, kept until its text or its lexicon changes. */
@Injectable()
export class VocabularyCache {
  private readonly kept = new Map<string, { revision: number; words: CorpusWords }>();

  async wordsOf(tx: PersonTx, corpus: Corpus): Promise<CorpusWords> {
    const key = `${tx.scope.tenant}/${corpus.id}`;
    const found = this.kept.get(key);
    if (found?.revision === corpus.revision) return found.words;
    const rows = await corpora.loadVocabulary(tx, corpus.id);
    const words = { vocabulary: buildVocabulary(rows.terms.map((row) => [row.term, row.chunks] as const), rows.chunks), lexicon: rows.lexicon };
    this.kept.delete(key);
    this.kept.set(key, { revision: corpus.revision, words });
    if (this.kept.size > CORPORA_KEPT_MAX) this.kept.delete(this.kept.keys().next().value!);
    return words;
  }
}

