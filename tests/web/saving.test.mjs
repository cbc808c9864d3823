// How saving stands, as a person sees it: two browsers at once, a server that is gone and comes back, a tab that is
// closed too early.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { failedRequests, saved, startBoard } from './board.mjs';
import { teamPlan } from './team_plan.mjs';

const state = (page) => page.locator('.state');

async function addProject(page, name) {
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Project' }).click();
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(name).first().waitFor();
}

async function projectNames(board) {
    return (await board.document()).projects.map(({ name }) => name);
}

test('saving', async (t) => {
    const board = await startBoard(t, { plan: teamPlan({ projects: 1, tasks: 2 }) });

    await t.test('works on every route', async (t) => {
        const page = await board.open(t, { path: '/deep/route?zoom=day' });
        await saved(page);
        await page.getByRole('link', { name: 'Schedule' }).and(page.locator('[aria-current=page]')).waitFor();
    });

    await t.test('says when it was saved', async (t) => {
        const page = await board.open(t);
        await addProject(page, 'Alpha');
        await page.getByText(/^Saved \d\d:\d\d$/).waitFor();
        assert.ok((await projectNames(board)).includes('Alpha'));
    });

    await t.test('two people at once lose nothing, and see each other', async (t) => {
        // Who is overtaken in the very moment of a save is told so by the server, and the browser tells of that.
        const expected = /status of 412/;
        const [one, other] = [await board.open(t, { expected }), await board.open(t, { expected })];
        await saved(one);
        await saved(other);
        await Promise.all([addProject(one, 'By one'), addProject(other, 'By the other')]);
        await one.getByText('By the other').first().waitFor();
        await other.getByText('By one').first().waitFor();
        const names = await projectNames(board);
        assert.ok(names.includes('By one') && names.includes('By the other'), names.join());
    });

    await t.test('what is done offline is saved on return, with what others did meanwhile', async (t) => {
        const [one, other] = [await board.open(t, { expected: failedRequests }), await board.open(t)];
        await saved(one);
        await one.context().setOffline(true);
        await addProject(one, 'Made offline');
        await state(one).getByText('Offline, will retry').waitFor();
        await addProject(other, 'Made online');
        await saved(other);
        assert.ok(!(await projectNames(board)).includes('Made offline'));
        await one.context().setOffline(false);
        await one.getByText('Made online').first().waitFor();
        await saved(one);
        const names = await projectNames(board);
        assert.ok(names.includes('Made offline') && names.includes('Made online'), names.join());
    });

    await t.test('a tab that is closed offline leaves its edits to the next one', async (t) => {
        const page = await board.open(t, { expected: failedRequests });
        await saved(page);
        await page.context().route('**/api/**', (route) => route.abort());
        await addProject(page, 'In a closed tab');
        await state(page).getByText('Offline, will retry').waitFor();
        const gone = page.waitForEvent('close');
        const question = page.waitForEvent('dialog');
        await page.close({ runBeforeUnload: true });
        const dialog = await question;
        assert.equal(dialog.type(), 'beforeunload');
        await dialog.accept();
        await gone;
        await page.context().unroute('**/api/**');
        // If it could not say that it goes, it is known to be gone when it has said nothing for a while.
        const next = await page.context().newPage();
        await next.clock.install({ time: Date.now() + 300000 });
        await next.goto('/');
        await next.getByText('In a closed tab').first().waitFor();
        await saved(next);
        assert.ok((await projectNames(board)).includes('In a closed tab'));
    });

    await t.test('a tab that is loaded again keeps its edits', async (t) => {
        const page = await board.open(t, { expected: failedRequests });
        await saved(page);
        await page.context().route('**/api/**', (route) => route.abort());
        await addProject(page, 'Before loading again');
        page.once('dialog', (dialog) => dialog.accept());
        await page.reload();
        await page.getByText('Before loading again').first().waitFor();
        await page.context().unroute('**/api/**');
        await state(page).click();
        await saved(page);
        assert.ok((await projectNames(board)).includes('Before loading again'));
    });

    await t.test('a tab that was asleep does not do again what another did for it', async (t) => {
        const asleep = await board.open(t, { expected: failedRequests });
        await saved(asleep);
        const context = asleep.context();
        await asleep.clock.install();
        await context.route('**/api/**', (route) => route.abort());
        await addProject(asleep, 'Left asleep');
        await asleep.clock.runFor(1000);
        await state(asleep).getByText('Offline, will retry').waitFor();
        await context.unroute('**/api/**');
        const other = await context.newPage();
        await other.clock.install({ time: Date.now() + 300000 });
        await other.goto('/');
        await other.getByText('Left asleep').first().waitFor();
        await saved(other);
        const plan = await board.document();
        await board.save({ ...plan, projects: plan.projects.filter(({ name }) => name !== 'Left asleep') });
        await state(asleep).click();
        await asleep.clock.runFor(1000);
        await saved(asleep);
        await asleep.getByText('Left asleep').first().waitFor({ state: 'detached' });
        assert.ok(!(await projectNames(board)).includes('Left asleep'));
    });

    await t.test('a save that the server refuses is not lost', async (t) => {
        const page = await board.open(t, { expected: failedRequests });
        await saved(page);
        const file = path.join(board.running.data, 'project-data.json');
        const text = fs.readFileSync(file);
        fs.writeFileSync(file, '{"half":');
        await addProject(page, 'While damaged');
        await state(page).getByText('Not saved, will retry: The stored document is damaged').waitFor();
        fs.writeFileSync(file, text);
        await state(page).click();
        await saved(page);
        assert.ok((await projectNames(board)).includes('While damaged'));
    });
});

test('a server that has lost the plan', async (t) => {
    const board = await startBoard(t, { plan: teamPlan({ projects: 1, tasks: 2 }) });
    const page = await board.open(t);
    await saved(page);
    const { name } = (await board.document()).projects[0];
    for (const file of fs.readdirSync(board.running.data))
        fs.rmSync(path.join(board.running.data, file), { recursive: true });
    await state(page).click();
    await page.getByText('The server has an older schedule than this page, or none.').first().waitFor();
    assert.deepEqual(await projectNames(board), []);
    await page.getByRole('button', { name: "Put this page's schedule back" }).click();
    await saved(page);
    assert.deepEqual(await projectNames(board), [name]);
});

test('a server that is killed and started again', async (t) => {
    const settings = { SCHEDULE_DATA_DIR: fs.mkdtempSync('/tmp/schedule-killed-') };
    t.after(() => fs.rmSync(settings.SCHEDULE_DATA_DIR, { recursive: true }));
    const board = await startBoard(t, { plan: teamPlan({ projects: 1, tasks: 2 }), settings });
    const page = await board.open(t, { expected: failedRequests });
    await saved(page);
    await board.kill();
    await addProject(page, 'While it was dead');
    await state(page).getByText('Offline, will retry').waitFor();
    await board.startAgain();
    await page.bringToFront();
    await state(page).click();
    await saved(page);
    assert.ok((await projectNames(board)).includes('While it was dead'));
});
