import { Module, type DynamicModule } from '@nestjs/common';
import { RelayController } from './relay/relay.controller.js';
import { Relay } from './relay/relay.js';

@Module({})
export class EventRelayModule {
  static with(relay: Relay): DynamicModule {
    return { module: EventRelayModule, controllers: [RelayController], providers: [{ provide: Relay, useValue: relay }] };
  }
}
