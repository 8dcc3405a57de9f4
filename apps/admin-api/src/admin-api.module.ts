import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { DoctorController } from './doctor/doctor.controller.js';
import { ImportsController } from './imports/imports.controller.js';
import { ModelsController } from './models/models.controller.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from './ports.js';

/** How the composition makes the ports, from what the modules that it names export. */
type PortsFactory = Pick<ModuleMetadata, 'imports'> & Pick<FactoryProvider<AdminApiPorts>, 'inject' | 'useFactory'>;

@Module({})
export class AdminApiModule {
  static with({ imports = [], ...factory }: PortsFactory): DynamicModule {
    return { module: AdminApiModule, imports, controllers: [DoctorController, ImportsController, ModelsController], providers: [{ provide: ADMIN_API_PORTS, ...factory }] };
  }
}
