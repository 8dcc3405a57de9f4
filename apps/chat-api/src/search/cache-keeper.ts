import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';
import { ReachCache } from './reach.cache.js';

/** Drops what was counted under other rules as soon as they change. Rights themselves are kept nowhere: each search asks for them. */
@Injectable()
export class CacheKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private unwatch: (() => void) | undefined;

  constructor(
    @Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts,
    @Inject(ReachCache) private readonly reaches: ReachCache,
  ) {}

  onApplicationBootstrap(): void {
    this.unwatch = this.ports.events?.watch('access.changed', ({ tenant, payload }) => this.reaches.forget(tenant, payload.corpusId));
  }

  onModuleDestroy(): void {
    this.unwatch?.();
  }
}
