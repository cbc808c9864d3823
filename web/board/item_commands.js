// What is done to a whole task or project, wherever that is asked for; told in words, with its way back.

import { withProjectDuplicated, withTaskDuplicated } from './item_edits.js';
import { texts } from './language.js';
import { editTold } from './notices.js';
import { entryOf, withoutItems, withoutProject } from './plan.js';
import { nameOf } from './terms.js';

const t = texts({
    duplicated: [(name) => `创建“${name}”的副本`, (name) => `Duplicated ${name}`],
    removed: [(name) => `删除“${name}”`, (name) => `Deleted ${name}`],
    removedWith: [(name, tasks) => `删除“${name}”及其 ${tasks} 个任务`, (name, tasks) =>
        `Deleted ${name} and its ${tasks === 1 ? 'task' : `${tasks} tasks`}`],
});

// `collection` is 'projects' or 'tasks'.
export function itemDuplicate(keeper, collection, key) {
    const entry = entryOf(keeper.document, collection, key);
    const change = collection === 'projects' ? withProjectDuplicated : withTaskDuplicated;
    if (entry !== undefined)
        editTold(keeper, t('duplicated', nameOf(entry.item)), (document) => change(document, key));
}

// A project goes with its tasks.
export function itemRemove(keeper, collection, key) {
    const entry = entryOf(keeper.document, collection, key);
    if (entry === undefined)
        return;
    const tasks = entry.tasks?.length ?? 0;
    const name = tasks === 0 ? t('removed', nameOf(entry.item)) : t('removedWith', nameOf(entry.item), tasks);
    editTold(keeper, name, (document) =>
        collection === 'projects' ? withoutProject(document, key) : withoutItems(document, collection, [key]));
}
