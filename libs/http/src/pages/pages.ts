import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A built page: the folder with its `index.html`, served at `prefix`. */
export interface Pages {
  /** Begins and ends with a slash. */
  prefix: string;
  directory: string;
}

const YEAR_SECONDS = 31_536_000;

/** The files are listed once, so that a request can name nothing but them. */
function listFiles(directory: string): Set<string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Set(entries.filter((entry) => entry.isFile()).map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/')));
}

/** A person's browser opening a view of the page, as opposed to a program asking for a resource. */
function opensView(request: FastifyRequest, path: string): boolean {
  const lastSegment = path.slice(path.lastIndexOf('/') + 1);
  return !lastSegment.includes('.') && !/^(api|v1|mcp)(\/|$)/.test(path) && request.headers.accept?.includes('text/html') === true;
}

function sendFile(reply: FastifyReply, file: string, directory: string): FastifyReply {
  // The bundler names what is in assets/ by its content, so it never changes under its name.
  const cache = file.startsWith('assets/') ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
  return reply.header('cache-control', cache).sendFile(file, directory);
}

/** Serves built pages; an unknown path below a prefix is a view of the page, so it gets `index.html`. */
export async function servePages(instance: FastifyInstance, allPages: readonly Pages[]): Promise<void> {
  if (allPages.length === 0) return;
  await instance.register(fastifyStatic, { serve: false, cacheControl: false });
  for (const { prefix, directory } of allPages) {
    const files = listFiles(directory);
    instance.get<{ Params: { '*': string } }>(`${prefix}*`, (request, reply) => {
      const path = request.params['*'];
      if (files.has(path)) return sendFile(reply, path, directory);
      if (path === '' || opensView(request, path)) return sendFile(reply, 'index.html', directory);
      return reply.callNotFound();
    });
  }
}
