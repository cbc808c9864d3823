// Moving, dating and duplicating tasks and projects: pure functions of documents, on top of plan.js.

import { texts } from './language.js';
import { entryOf, mapped, newId, periodMembers, periodOf, textOf, withItem, withMembers } from './plan.js';

const t = texts({
    copy: [(name) => `${name}（副本）`, (name) => `${name} (copy)`],
});

export function withPeriod(document, collection, key, start, end) {
    return withMembers(document, collection, key, periodMembers(start, end));
}

// By a number of days. What has no dates stays without.
export function withTaskMoved(document, key, days) {
    const task = entryOf(document, 'tasks', key);
    return task === undefined ? document : withEntriesMoved(document, 'tasks', [task], days);
}

// With its tasks: the plan of a project moves as a whole.
export function withProjectMoved(document, key, days) {
    const project = entryOf(document, 'projects', key);
    if (project === undefined)
        return document;
    return withEntriesMoved(withEntriesMoved(document, 'projects', [project], days), 'tasks', project.tasks, days);
}

function withEntriesMoved(document, collection, entries, days) {
    const keys = new Set(entries.filter(({ item }) => periodOf(item).start !== null).map(({ key }) => key));
    const change = (item, key) => keys.has(key) ? moved(item, days) : item;
    return keys.size === 0 ? document : mapped(document, collection, change);
}

function moved(item, days) {
    const { start, end } = periodOf(item);
    return { ...item, ...periodMembers(start + days, end + days) };
}

// Its end some days later, or earlier, but never before its start.
export function withEndMoved(document, collection, key, days) {
    const { start, end } = periodOf(entryOf(document, collection, key)?.item ?? {});
    return start === null ? document : withPeriod(document, collection, key, start, Math.max(start, end + days));
}

// A copy is work that is still to be done: it begins without progress and without the records of the other.
export function withTaskDuplicated(document, key) {
    const task = entryOf(document, 'tasks', key);
    return task === undefined ? document : withItem(document, 'tasks', copyOf(task.item, 'task'), key);
}

export function withProjectDuplicated(document, key) {
    const project = entryOf(document, 'projects', key);
    if (project === undefined)
        return document;
    const copy = copyOf(project.item, 'project');
    const tasks = project.tasks.map(({ item }) => ({ ...fresh(item), id: newId('task'), projectId: copy.id }));
    return tasks.reduce((grown, task) => withItem(grown, 'tasks', task), withItem(document, 'projects', copy, key));
}

function copyOf(item, prefix) {
    return { ...fresh(item), id: newId(prefix), name: t('copy', textOf(item.name)) };
}

const records = ['dailyRecords', 'dailyProgress'];

function fresh(item) {
    const kept = Object.entries(item).map(([name, value]) => [name, records.includes(name) ? [] : value]);
    return { ...Object.fromEntries(kept), status: 'pending', progress: 0 };
}
