import { AppError, ServerEventParser } from '@kontor/kernel';
import { Problem, StreamPart } from '@kontor/contracts';
import type { z } from 'zod';

export interface Address {
  baseUrl: string;
  /** Where `/api/admin` is, if not there. */
  adminUrl?: string;
  /** The administrator's token of this start, from the run file that only the owner of the store can read. */
  token: string;
}

/** Speaks to Kontor over HTTP, on behalf of `person` where one is named. */
export class KontorClient {
  constructor(
    private readonly address: Address,
    private readonly person?: string,
  ) {}

  as(person: string): KontorClient {
    return new KontorClient(this.address, person);
  }

  async get<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
    return schema.parse(await (await this.send('GET', path)).json());
  }

  async post<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.infer<T>> {
    return schema.parse(await (await this.send('POST', path, body)).json());
  }

  /** For what answers with nothing. */
  async tell(path: string, body: unknown): Promise<void> {
    await this.send('POST', path, body);
  }

  async remove<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
    return schema.parse(await (await this.send('DELETE', path)).json());
  }

  /** Yields the parts of an answer as they arrive. */
  async *stream(path: string, body: unknown): AsyncGenerator<StreamPart> {
    const response = await this.send('POST', path, body);
    const parser = new ServerEventParser();
    for await (const bytes of response.body!) {
      for (const { data } of parser.push(bytes)) {
        if (data === '[DONE]') return;
        yield StreamPart.parse(JSON.parse(data));
      }
    }
  }

  private async send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.address.token}` };
    if (this.person !== undefined) headers['x-kontor-person'] = encodeURIComponent(this.person);
    if (body !== undefined) headers['content-type'] = 'application/json';
    const { baseUrl, adminUrl = baseUrl } = this.address;
    const to = path.startsWith('/api/admin/') ? adminUrl : baseUrl;
    const sent = fetch(to + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const response = await sent.catch((cause: unknown) => Promise.reject(new AppError('kontor.unreachable', { status: 503, retry: 'later', message: `Kontor does not answer at ${to}. Start it, or correct KONTOR_URL and KONTOR_ADMIN_URL.`, cause })));
    if (response.ok) return response;
    throw await problemOf(response);
  }
}

async function problemOf(response: Response): Promise<AppError> {
  const problem = Problem.safeParse(await response.json().catch(() => null));
  if (!problem.success) return new AppError('http.unexpected', { status: response.status, message: `Kontor answered with status ${response.status}.` });
  return new AppError(problem.data.code, { status: response.status, message: problem.data.detail, details: problem.data.details });
}
