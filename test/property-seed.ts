import fc from 'fast-check';

/**
 * Property tests draw the same inputs in every run, so that a change goes red for what it did. Drawing others is a hunt
 * of its own: `PROPERTY_SEED=$RANDOM npm test`; what it finds becomes an example in the test.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_120) });
