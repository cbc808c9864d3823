// What people do to rows of the schedule, as edits of the document. Rows are those of schedule_rows.js.

import { withEndMoved, withPeriod, withProjectDuplicated, withProjectMoved, withTaskDuplicated, withTaskMoved } from './item_edits.js';
import { texts } from './language.js';
import { editTold } from './notices.js';
import { planOf, textOf, withMembers, withoutItems, withoutProject } from './plan.js';
import { projectEdit } from './project_editor.js';
import { taskAdd, taskEdit } from './task_editor.js';

const t = texts({
    moved: [(name) => `移动“${name}”`, (name) => `Moved ${name}`],
    dated: [(name) => `修改“${name}”的日期`, (name) => `Changed the dates of ${name}`],
    scheduled: [(name) => `安排“${name}”的日期`, (name) => `Scheduled ${name}`],
    progressed: [(name, percent) => `将“${name}”的进度改为 ${percent}%`, (name, percent) => `Set ${name} to ${percent}%`],
    renamed: [(name) => `重命名“${name}”`, (name) => `Renamed ${name}`],
    duplicated: [(name) => `创建“${name}”的副本`, (name) => `Duplicated ${name}`],
    removed: [(name) => `删除“${name}”`, (name) => `Deleted ${name}`],
    removedWith: [(name, tasks) => `删除“${name}”及其 ${tasks} 个任务`, (name, tasks) =>
        `Deleted ${name} and its ${tasks === 1 ? 'task' : `${tasks} tasks`}`],
    done: [(what) => `已${what}`, (what) => what],
});

// -> functions of rows; `add` takes null, too.
export function scheduleActions(keeper) {
    const membersSet = (row, name, members) =>
        keeper.edit(name, (document) => withMembers(document, collectionOf(row), row.key, members));
    const periodSet = (row, start, end) => (document) => withPeriod(document, collectionOf(row), row.key, start, end);
    // What is stored as the name, which need not be a text.
    const nameOf = (row) => textOf(entryOf(keeper.document, row)?.item.name);
    return {
        nameOf,
        add: (row) => taskAdd(keeper, projectMember(keeper.document, row)),
        draw: (row, start, end) => editDone(keeper, t('scheduled', row.name), periodSet(row, start, end)),
        duplicate: (row) => keeper.edit(t('duplicated', row.name), (document) =>
            (row.kind === 'project' ? withProjectDuplicated : withTaskDuplicated)(document, row.key)),
        end: (row, days) => keeper.edit(t('dated', row.name), (document) =>
            withEndMoved(document, collectionOf(row), row.key, days)),
        move: (row, days) => keeper.edit(t('moved', row.name), (document) =>
            (row.kind === 'project' ? withProjectMoved : withTaskMoved)(document, row.key, days)),
        open: (row) => (row.kind === 'project' ? projectEdit : taskEdit)(keeper, row.key),
        progress: (row, percent) => membersSet(row, t('progressed', row.name, percent), { progress: percent }),
        remove: (row) => row.kind === 'project' ? projectRemove(keeper, row)
            : editDone(keeper, t('removed', row.name), (document) => withoutItems(document, 'tasks', [row.key])),
        rename: (row, name) => name !== '' && name !== nameOf(row) && membersSet(row, t('renamed', name), { name }),
        resize: (row, start, end) => keeper.edit(t('dated', row.name), periodSet(row, start, end)),
    };
}

function editDone(keeper, name, change) {
    editTold(keeper, name, change, t('done', name));
}

function collectionOf(row) {
    return row.kind === 'project' ? 'projects' : 'tasks';
}

function entryOf(document, row) {
    return planOf(document)[collectionOf(row)].find(({ key }) => key === row.key);
}

function projectMember(document, row) {
    const entry = row === null ? undefined : entryOf(document, row);
    const key = row?.kind === 'project' ? entry?.key : entry?.project?.key;
    return key === undefined ? {} : { projectKey: key };
}

function projectRemove(keeper, row) {
    const tasks = entryOf(keeper.document, row)?.tasks.length ?? 0;
    const name = tasks === 0 ? t('removed', row.name) : t('removedWith', row.name, tasks);
    editDone(keeper, name, (document) => withoutProject(document, row.key));
}
