import { Module, type DynamicModule } from '@nestjs/common';
import { DoctorController } from './doctor/doctor.controller.js';
import { ImportsController } from './imports/imports.controller.js';
import { ModelsController } from './models/models.controller.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from './ports.js';

@Module({})
export class AdminApiModule {
  static with(ports: AdminApiPorts): DynamicModule {
    return { module: AdminApiModule, controllers: [DoctorController, ImportsController, ModelsController], providers: [{ provide: ADMIN_API_PORTS, useValue: ports }] };
  }
}
