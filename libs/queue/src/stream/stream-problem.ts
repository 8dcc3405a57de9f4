import { AppError } from '@kontor/kernel';

export const expired = (id: string): AppError => new AppError('stream.expired', { status: 410, message: 'This part of the answer is no longer kept. Load the conversation again.', details: { id } });

export const garbled = (): AppError => new AppError('stream.garbage', { message: 'What was kept of this answer on its way cannot be read. Load the conversation again.' });

export const overtaken = (id: string): AppError => new AppError('stream.overtaken', { message: 'Another worker writes this answer by now; nothing was added.', details: { id } });

export const ended = (id: string): AppError => new AppError('stream.ended', { message: 'The stream has ended; nothing can be added.', details: { id } });
