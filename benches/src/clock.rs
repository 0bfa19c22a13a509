//! The clock that everything here is measured by.

use std::time::Duration;

/// The time this thread has had a processor: what other processes take away says nothing of the code. What they do to the caches still counts.
#[must_use]
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
