import type { HubAddress, ModelFile } from '../catalogue/entry.js';
import type { PartialFile } from '../store/partial-file.js';
import { askHub, BodyBroken, type HubAnswer, type HubFacts, type HubOptions, hubUrl, readBody } from './hub-client.js';
import { type FetchContext, type Source, sourceFailed } from './source.js';

/** Attempts in a row that brought no byte; one that brought some does not count. */
const IDLE_ATTEMPTS_MAX = 3;

/** The model hub, or a server inside the company that answers as it does. */
export class HubSource implements Source {
  readonly kind = 'hub';

  constructor(private readonly options: HubOptions) {}

  carries(file: ModelFile): boolean {
    return file.hub !== undefined;
  }

  async answers(signal: AbortSignal): Promise<boolean> {
    const answer = await askHub(new URL(this.options.baseUrl), 'HEAD', 0, this.options, signal).catch(() => undefined);
    signal.throwIfAborted();
    answer?.release();
    return answer !== undefined && answer.response.status < 500;
  }

  /** Asks for size, hash and commit without fetching the file. */
  async facts(address: HubAddress, signal: AbortSignal): Promise<HubFacts> {
    const answer = await askHub(hubUrl(this.options.baseUrl, address), 'HEAD', 0, this.options, signal);
    answer.release();
    refuse(answer, address);
    return answer.facts;
  }

  async fetch(file: ModelFile, target: PartialFile, context: FetchContext): Promise<void> {
    for (let idle = 0; ; ) {
      const before = target.lengthBytes;
      try {
        return await this.#attempt(file, file.hub!, target, context);
      } catch (error) {
        context.signal.throwIfAborted();
        if (!(error instanceof BodyBroken)) throw error;
        idle = target.lengthBytes > before ? 0 : idle + 1;
        if (idle >= IDLE_ATTEMPTS_MAX) throw sourceFailed('hub', 'unavailable', `The model hub stopped sending ${file.name}.`, error);
      }
    }
  }

  async #attempt(file: ModelFile, address: HubAddress, target: PartialFile, context: FetchContext): Promise<void> {
    if (file.sizeBytes !== undefined && target.lengthBytes >= file.sizeBytes) return;
    const answer = await askHub(hubUrl(this.options.baseUrl, address), 'GET', target.lengthBytes, this.options, context.signal);
    try {
      // Nothing lies behind the end of the partial file; whether it is the right one, its hash says.
      if (answer.response.status === 416) return;
      refuse(answer, address);
      compare(file, answer.facts);
      if (!continuesAt(answer.response, target.lengthBytes)) await target.restart();
      for await (const piece of readBody(answer, this.options.stallMs)) {
        await target.write(piece);
        context.onBytes(target.lengthBytes);
      }
    } finally {
      answer.release();
    }
    if (file.sizeBytes !== undefined && target.lengthBytes < file.sizeBytes) throw new BodyBroken('the body was short');
  }
}

/** A server without ranges sends the whole file again; then what is there must go. */
function continuesAt(response: Response, fromByte: number): boolean {
  if (fromByte === 0) return true;
  return response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${fromByte}-`) === true;
}

function refuse({ response }: HubAnswer, { repository, path }: HubAddress): void {
  const { status } = response;
  if (status < 400) return;
  const file = `${path} of ${repository}`;
  if (status === 404) throw sourceFailed('hub', 'refused', `The model hub does not have ${file}.`);
  if (status === 401 || status === 403) throw sourceFailed('hub', 'refused', `The model hub does not give ${file} without an account.`);
  throw sourceFailed('hub', status === 429 || status >= 500 ? 'unavailable' : 'refused', `The model hub answered ${status} for ${file}.`);
}

/** The hub states hash and size before it sends anything: a file that is not the pinned one is not fetched at all. */
function compare(file: ModelFile, facts: HubFacts): void {
  const differs = (facts.sha256 ?? file.sha256) !== file.sha256;
  const sizeDiffers = file.sizeBytes !== undefined && (facts.sizeBytes ?? file.sizeBytes) !== file.sizeBytes;
  if (differs || sizeDiffers) throw sourceFailed('hub', 'wrong_file', `The model hub has another ${file.name} than the one that is pinned.`);
}
