import type { AppControllerRoute, AppViewRoute, BullBoardQueues, ControllerHandlerReturnType, IServerAdapter, UIConfig } from '@bull-board/api/typings/app';

type Read = (request: Parameters<AppControllerRoute['handler']>[0]) => ReturnType<AppControllerRoute['handler']>;

/** Takes what bull-board would tell a server: of its routes those that read, and nothing that changes a queue. */
export class BoardRoutes implements IServerAdapter {
  queues: BullBoardQueues = new Map();
  uiConfig: UIConfig = {};
  view: AppViewRoute | undefined;
  failed: (error: Error) => ControllerHandlerReturnType = () => ({ status: 500, body: {} });
  private reading: { address: RegExp; read: Read }[] = [];

  setQueues(queues: BullBoardQueues): this {
    this.queues = queues;
    return this;
  }

  setUIConfig(config: UIConfig): this {
    this.uiConfig = config;
    return this;
  }

  setEntryRoute(route: AppViewRoute): this {
    this.view = route;
    return this;
  }

  setErrorHandler(handler: (error: Error) => ControllerHandlerReturnType): this {
    this.failed = handler;
    return this;
  }

  setApiRoutes(routes: AppControllerRoute[]): this {
    this.reading = routes.filter(({ method }) => method === 'get').flatMap(({ route, handler }) => [route].flat().map((path) => ({ address: addressOf(path), read: handler })));
    return this;
  }

  // Both are read from the package itself.
  setViewsPath(): this {
    return this;
  }
  setStaticPath(): this {
    return this;
  }

  /** The route of an address and what stands in it. */
  find(path: string): { read: Read; params: Record<string, string> } | undefined {
    for (const { address, read } of this.reading) {
      const found = address.exec(path);
      if (found) return { read, params: { ...found.groups } };
    }
    return undefined;
  }
}

const addressOf = (route: string): RegExp => new RegExp(`^${route.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
