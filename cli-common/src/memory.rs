//! How much memory this process may still take: of the machine, of its control groups, of its limits.
//!
//! Only Linux tells; elsewhere nothing is known, and nothing is refused.

use std::path::{Path, PathBuf};

/// Memory that may still be taken, and what bounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Available {
    /// How much.
    pub bytes: u64,
    /// As the subject of a sentence.
    pub bound: &'static str,
    /// Whether addresses count, used or not.
    pub virtual_memory: bool,
}

/// The tightest bound; `None` if nothing is known.
pub fn available() -> Option<Available> {
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    [of_machine(read), of_groups(read), of_limit(read)]
        .into_iter()
        .flatten()
        .min_by_key(|a| a.bytes)
}

/// What `ulimit -v` leaves; `None` if there is no such limit.
pub fn addresses() -> Option<u64> {
    of_limit(|path| std::fs::read_to_string(path).ok()).map(|left| left.bytes)
}

fn of_machine(read: impl Fn(&Path) -> Option<String>) -> Option<Available> {
    let bytes = kilobytes(&read(Path::new("/proc/meminfo"))?, "MemAvailable:")?;
    Some(Available { bytes, bound: "this machine has", virtual_memory: false })
}

/// What the control group and those above it leave, of either version.
fn of_groups(read: impl Fn(&Path) -> Option<String>) -> Option<Available> {
    let groups = read(Path::new("/proc/self/cgroup"))?;
    let left = |line: &str| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next()?, parts.next()?);
        let (root, limit, usage, cache) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
            _ if controllers.split(',').any(|c| c == "memory") => (
                "/sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                "total_inactive_file",
            ),
            _ => return None,
        };
        // A container sees its own group as the root, under whatever path the host has for it.
        let inside = PathBuf::from(root).join(path.trim_start_matches('/'));
        let of_group = |group: &Path| {
            let number = |file: &str| read(&group.join(file))?.trim().parse::<u64>().ok();
            let (limit, usage) = (number(limit)?, number(usage)?);
            let statistics = read(&group.join("memory.stat")).unwrap_or_default();
            let reclaimable = value(&statistics, cache).unwrap_or(0);
            Some(limit.saturating_sub(usage.saturating_sub(reclaimable)))
        };
        inside.ancestors().take_while(|group| group.starts_with(root)).filter_map(of_group).min()
    };
    let bytes = groups.lines().filter_map(left).min()?;
    Some(Available { bytes, bound: "the control group of this process has", virtual_memory: false })
}

/// What `ulimit -v` leaves.
fn of_limit(read: impl Fn(&Path) -> Option<String>) -> Option<Available> {
    let limits = read(Path::new("/proc/self/limits"))?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let limit: u64 = line.split_whitespace().next()?.parse().ok()?;
    let used = kilobytes(&read(Path::new("/proc/self/status"))?, "VmSize:")?;
    let bytes = limit.saturating_sub(used);
    Some(Available { bytes, bound: "the limit of ulimit -v leaves", virtual_memory: true })
}

/// The bytes of a line like `MemAvailable:   1234 kB`.
fn kilobytes(text: &str, key: &str) -> Option<u64> {
    value(text, key)?.checked_mul(1024)
}

/// The number after `key`, which begins a line.
fn value(text: &str, key: &str) -> Option<u64> {
    let mut lines = text.lines().map(str::split_whitespace);
    lines.find_map(
        |mut words| if words.next() == Some(key) { words.next()?.parse().ok() } else { None },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(
        files: &'static [(&'static str, &'static str)],
    ) -> impl Fn(&Path) -> Option<String> + Copy {
        move |path| {
            let file = files.iter().find(|(name, _)| Path::new(name) == path);
            file.map(|(_, text)| (*text).to_owned())
        }
    }

    #[test]
    fn the_machine_tells_what_is_available() {
        let read =
            machine(&[("/proc/meminfo", "MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable:   5 kB\n")]);
        assert_eq!(of_machine(read).unwrap().bytes, 5 * 1024);
        assert_eq!(of_machine(machine(&[])), None);
    }

    #[test]
    fn groups_of_version_2_count_what_can_be_reclaimed_as_free() {
        let read = machine(&[
            ("/proc/self/cgroup", "0::/job/part\n"),
            ("/sys/fs/cgroup/job/part/memory.max", "max\n"),
            ("/sys/fs/cgroup/job/part/memory.current", "10\n"),
            ("/sys/fs/cgroup/job/memory.max", "1000\n"),
            ("/sys/fs/cgroup/job/memory.current", "400\n"),
            ("/sys/fs/cgroup/job/memory.stat", "anon 300\ninactive_file 90\n"),
        ]);
        assert_eq!(of_groups(read).unwrap().bytes, 690);
    }

    #[test]
    fn groups_of_version_1_and_of_a_container() {
        let read = machine(&[
            ("/proc/self/cgroup", "5:cpu:/x\n4:memory:/host/path\n0::/\n"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "500\n"),
            ("/sys/fs/cgroup/memory/memory.usage_in_bytes", "700\n"),
        ]);
        assert_eq!(of_groups(read).unwrap().bytes, 0);
        assert_eq!(of_groups(machine(&[("/proc/self/cgroup", "0::/\n")])), None);
    }

    #[test]
    fn a_limit_on_addresses() {
        let limits =
            "Limit   Soft Limit  Hard Limit  Units\nMax address space  9000  unlimited  bytes\n";
        let files: &[_] =
            &[("/proc/self/limits", limits), ("/proc/self/status", "VmSize:\t 4 kB\n")];
        let read = |path: &Path| {
            let file = files.iter().find(|(name, _)| Path::new(name) == path);
            file.map(|(_, text)| (*text).to_owned())
        };
        assert_eq!(of_limit(read).unwrap().bytes, 9000 - 4096);
        let unlimited =
            "Max address space         unlimited            unlimited            bytes\n";
        let read =
            |path: &Path| (path == Path::new("/proc/self/limits")).then(|| unlimited.to_owned());
        assert_eq!(of_limit(read), None);
    }
}
