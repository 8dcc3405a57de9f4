import { ServerEventParser } from '@kontor/kernel';

/** The parts of an answer's stream as they arrive, each with the number under which a reader resumes. */
export async function* eventsOf(response) {
  const parser = new ServerEventParser();
  for await (const bytes of response.body) {
    for (const { id, data } of parser.push(bytes)) if (data !== '[DONE]') yield { id: Number(id), part: JSON.parse(data) };
  }
}
