// The plan of a team as real ones are: projects in every state with their tasks, and names in Chinese and English.
// Days are relative to today, for what the page shows is, too.

const people = ['张伟', '李娜', '王芳', '赵强', '孙丽', '周敏', 'Ann Lee', 'Bob Stone'];
const types = [['1', '开发排期', '#1890ff'], ['2', '开发联调', '#52c41a'], ['3', '测试排期', '#faad14'],
    ['4', '测试联调', '#f5222d'], ['5', '产品UAT', '#722ed1'], ['6', '上线', '#13c2c2']];
const statuses = ['delayed', 'risk', 'normal', 'pending', 'completed'];
const projectNames = ['支付系统改造', '移动端改版', 'Customer portal', '数据平台迁移', '老系统下线'];
const taskNames = ['接口开发', '联调', '测试用例', 'Regression tests', '验收', '发布上线'];

// The day that many days from today, as documents spell it.
export function dayFromToday(days) {
    const date = new Date();
    date.setDate(date.getDate() + days);
    const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
    return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

function taskTypes() {
    return types.map(([id, name, color]) => ({ id, name, color, enabled: true }));
}

function project(number) {
    const start = number * 9 - 20;
    return {
        id: `project-${number + 1}`, name: projectNames[number % 5] + (number < 5 ? '' : ` ${number + 1}`),
        status: statuses[number % 5], progress: [40, 25, 60, 0, 100][number % 5], startDate: dayFromToday(start), endDate: dayFromToday(start + 45),
        owner: people[number % 8], pmo: '李娜', productManager: '王芳', partners: ['支付中心'],
        developers: [people[number % 8], people[(number + 1) % 8]], testers: ['周敏'],
        contacts: [{ name: '钱进', role: '接口人', phone: '13800000001' }], chatGroupLinks: ['https://chat.example/g/101'],
        remark: '', dailyProgress: [],
    };
}

function task(number, index) {
    const start = number * 9 - 20 + index * 7;
    const [first, second] = [people[(number + index) % 8], people[(number * 2 + index + 3) % 8]];
    return {
        id: `task-${number + 1}-${index + 1}`, projectId: `project-${number + 1}`, name: taskNames[index % 6],
        type: taskTypes()[index % 6], status: statuses[(number + index) % 5],
        progress: [100, 80, 50, 20, 0, 0][index % 6], startDate: dayFromToday(start), endDate: dayFromToday(start + 8),
        assignees: [first, second], remark: '',
        dailyRecords: [
            { date: dayFromToday(start + 1), progress: 10, status: 'normal', content: '开始', assignees: [first] },
        ],
    };
}

export function teamPlan({ projects = 5, tasks = 6 } = {}) {
    const numbers = Array.from({ length: projects }, (_, number) => number);
    const indexes = Array.from({ length: tasks }, (_, index) => index);
    return {
        projects: numbers.map(project),
        tasks: numbers.flatMap((number) => indexes.map((index) => task(number, index))),
        taskTypes: taskTypes(),
        pmos: [{ id: 'pmo-1', name: '李娜', enabled: true }],
        productManagers: [{ id: 'pm-1', name: '王芳', enabled: true }],
        historyRecords: [{
            id: 'history-1', entityType: 'task', entityId: 'task-1-1', entityName: '接口开发', operation: 'update',
            operator: '张伟', operatedAt: '2026-01-31T08:00:00.000Z', changes: { progress: [10, 20] },
            projectId: 'project-1',
        }],
    };
}
