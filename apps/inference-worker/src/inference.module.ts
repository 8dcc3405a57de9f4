import { Module, type DynamicModule } from '@nestjs/common';
import { AnswerHandler } from './answers/answer.handler.js';
import { INFERENCE_PORTS, type InferencePorts } from './ports.js';
import { OpenAnswersService } from './upkeep/open-answers.service.js';

@Module({})
export class InferenceModule {
  static with(ports: InferencePorts): DynamicModule {
    return { module: InferenceModule, providers: [{ provide: INFERENCE_PORTS, useValue: ports }, AnswerHandler, OpenAnswersService] };
  }
}
