import { parentPort, workerData } from 'node:worker_threads';
import { type ReaderJob, takeFilesInThread } from './read-sessions.ts';

parentPort?.postMessage(takeFilesInThread(workerData as ReaderJob));
