import { inSpan, openSpan, textAttributes, type OpenSpan } from '@kontor/observability';
import type { ChatEvent, ChatModel, ChatRequest, ChoiceRequest } from '../chat/chat-model.js';

/** A chat model whose work is seen in the trace under way: reading the prompt, up to the first word, and writing. */
export class TracedChatModel implements ChatModel {
  constructor(private readonly inner: ChatModel) {}

  get model(): string {
    return this.inner.model;
  }

  get contextTokensMax(): number {
    return this.inner.contextTokensMax;
  }

  get parallelMax(): number {
    return this.inner.parallelMax;
  }

  get judges(): boolean {
    return this.inner.judges;
  }

  countTokens(text: string): number {
    return this.inner.countTokens(text);
  }

  promptTokensPerSecond(): number {
    return this.inner.promptTokensPerSecond();
  }

  generate(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent> {
    const { temperature, tokensMax } = request;
    const span = openSpan(`chat ${this.model}`, { kind: 'client', attributes: { ...this.attributes('chat', request), 'gen_ai.request.temperature': temperature, 'gen_ai.request.max_tokens': tokensMax } });
    return span ? following(this.inner.generate(request, signal), span) : this.inner.generate(request, signal);
  }

  choose(request: ChoiceRequest, signal: AbortSignal): Promise<number[]> {
    return inSpan(`choose ${this.model}`, { kind: 'client', attributes: this.attributes('choose', request) }, () => this.inner.choose(request, signal));
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private attributes(operation: string, { system, turns }: Pick<ChatRequest, 'system' | 'turns'>): Record<string, string> {
    const input = () => ({ 'gen_ai.system_instructions': system, 'gen_ai.input.messages': JSON.stringify(turns) });
    return { 'gen_ai.operation.name': operation, 'gen_ai.request.model': this.model, ...(textAttributes(input) as Record<string, string>) };
  }
}

async function* following(events: AsyncIterable<ChatEvent>, span: OpenSpan): AsyncGenerator<ChatEvent> {
  const iterator = events[Symbol.asyncIterator]();
  let phase = span.run(() => openSpan('read prompt'));
  let text = '';
  try {
    for (;;) {
      const next = await span.run(() => iterator.next());
      if (next.done) return;
      if (next.value.type === 'finish') annotate(span, next.value);
      else if (text === '') {
        phase?.end();
        phase = span.run(() => openSpan('write'));
      }
      text += next.value.type === 'text' ? next.value.text : '';
      yield next.value;
    }
  } catch (thrown) {
    span.fail(thrown);
    throw thrown;
  } finally {
    await iterator.return?.();
    phase?.end();
    span.annotate(textAttributes(() => ({ 'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', text }]) })));
    span.end();
  }
}

function annotate(span: OpenSpan, { reason, usage }: Extract<ChatEvent, { type: 'finish' }>): void {
  span.annotate({
    'gen_ai.response.finish_reasons': [reason], 'gen_ai.usage.input_tokens': usage.promptTokens, 'gen_ai.usage.cache_read.input_tokens': usage.cachedTokens, 'gen_ai.usage.output_tokens': usage.answerTokens,
  });
}
