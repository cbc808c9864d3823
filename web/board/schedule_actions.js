// What people do to rows of the schedule, as edits of the document. Rows are those of schedule_rows.js.

import { itemDuplicate, itemRemove } from './item_commands.js';
import { withEndMoved, withPeriod, withProjectMoved, withTaskMoved } from './item_edits.js';
import { percentShown, texts } from './language.js';
import { entryOf, textOf, withMembers } from './plan.js';
import { projectEdit } from './project_editor.js';
import { taskAdd, taskEdit } from './task_editor.js';

const t = texts({
    moved: [(name) => `移动“${name}”`, (name) => `Moved ${name}`],
    dated: [(name) => `修改“${name}”的日期`, (name) => `Changed the dates of ${name}`],
    progressed: [(name, progress) => `将“${name}”的进度改为 ${progress}`, (name, progress) => `Set ${name} to ${progress}`],
    renamed: [(name) => `重命名“${name}”`, (name) => `Renamed ${name}`],
});

// -> functions of rows; `add` takes null, too.
export function scheduleActions(keeper) {
    const membersSet = (row, name, members) =>
        keeper.edit(name, (document) => withMembers(document, collectionOf(row), row.key, members));
    // What is stored, which need not be a text.
    const storedName = (row) => textOf(entryOf(keeper.document, collectionOf(row), row.key)?.item.name);
    return {
        storedName,
        add: (row) => taskAdd(keeper, projectMember(keeper.document, row)),
        duplicate: (row) => itemDuplicate(keeper, collectionOf(row), row.key),
        end: (row, days) => keeper.edit(t('dated', row.name), (document) =>
            withEndMoved(document, collectionOf(row), row.key, days)),
        move: (row, days) => keeper.edit(t('moved', row.name), (document) =>
            (row.kind === 'project' ? withProjectMoved : withTaskMoved)(document, row.key, days)),
        open: (row) => (row.kind === 'project' ? projectEdit : taskEdit)(keeper, row.key),
        progress: (row, percent) =>
            membersSet(row, t('progressed', row.name, percentShown(percent)), { progress: percent }),
        remove: (row) => itemRemove(keeper, collectionOf(row), row.key),
        rename: (row, name) => name !== '' && name !== storedName(row) && membersSet(row, t('renamed', name), { name }),
        resize: (row, start, end) => keeper.edit(t('dated', row.name), (document) =>
            withPeriod(document, collectionOf(row), row.key, start, end)),
    };
}

function collectionOf(row) {
    return row.kind === 'project' ? 'projects' : 'tasks';
}

// The project of a row, for the editor of a new task.
function projectMember(document, row) {
    const entry = row === null || row.kind === 'strays' ? undefined : entryOf(document, collectionOf(row), row.key);
    const key = row?.kind === 'project' ? entry?.key : entry?.project?.key;
    return key === undefined ? {} : { projectKey: key };
}
