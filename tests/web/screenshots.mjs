// Makes the pictures in README.md anew, of the sample that the page brings along.
//
// usage: node screenshots.mjs

import { fileURLToPath } from 'node:url';

import { saved, startBoard } from './board.mjs';

// What these have their test framework stop is stopped at the end here, the last first.
const stops = [];
const lifetime = { after: (stop) => stops.unshift(stop) };

function picture(name) {
    return fileURLToPath(new URL(`../../web/screenshots/${name}.png`, import.meta.url));
}

async function take() {
    const board = await startBoard(lifetime);
    const page = await board.open(lifetime, { height: 720 });
    await page.getByRole('button', { name: 'Load a sample' }).click();
    await saved(page);
    await page.reload();
    await saved(page);
    await page.screenshot({ path: picture('schedule') });
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('grid').waitFor();
    await page.screenshot({ path: picture('people') });
}

try {
    await take();
} finally {
    for (const stop of stops)
        await stop();
}
